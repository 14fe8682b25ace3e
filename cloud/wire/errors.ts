/** From an error to the bytes of its response, in the form of the service's protocol. */
import { AwsError } from '../contract.ts';
import type { ErrorShape, ServiceShape } from './describe.ts';
import { bytes, type WireResponse, xml } from './respond.ts';

/** What is not an `AwsError` is our own mistake, and told as AWS tells its own: 500, without inner details. */
export const toAwsError = (error: unknown): AwsError =>
  error instanceof AwsError
    ? error
    : new AwsError('InternalFailure', 'The cloud itself failed. Its own output tells what happened.', 500);

export async function respondError(
  service: ServiceShape | undefined,
  error: AwsError,
  requestId: string,
  method: string,
): Promise<WireResponse> {
  const shape = service?.errors.get(error.code);
  const status = shape && error.status === 400 ? shape.status : error.status;
  switch (service?.protocolName) {
    case 'json':
      // These services refuse with 400 whom others refuse with 403; those that have come from Query go on as before.
      return jsonError(
        service,
        error,
        shape,
        error.code === 'AccessDeniedException' && !service.protocol.awsQueryCompatible ? 400 : status,
      );
    case 'cbor':
      return cborError(service, error, shape, status);
    case 'restJson':
      return await restJsonError(service, error, shape, status);
    case 'query':
      return {
        status,
        headers: { 'content-type': 'text/xml' },
        body: bytes(queryError(service, error, shape, status, requestId)),
      };
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response
    case 'ec2Query':
      return {
        status,
        headers: { 'content-type': 'text/xml;charset=UTF-8' },
        body: bytes(
          `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${xml(error.code)}</Code><Message>${xml(error.message)}</Message>` +
            `${fields(error)}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
        ),
      };
    default:
      return {
        status,
        headers: { 'content-type': 'application/xml', ...error.headers },
        body:
          method === 'HEAD'
            ? undefined
            : bytes(
                `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${xml(error.code)}</Code><Message>${xml(error.message)}</Message>` +
                  `${fields(error)}<RequestId>${requestId}</RequestId><HostId>${requestId}</HostId></Error>`,
              ),
      };
  }
}

function queryError(
  service: ServiceShape,
  error: AwsError,
  shape: ErrorShape | undefined,
  status: number,
  requestId: string,
): string {
  // Nobody knows by which protocol it should be told.
  if (error.code === 'UnknownOperationException') return `<${error.code}/>`;
  const { message, detail } = service.name === 'sqs' ? inSqs(error) : { message: error.message, detail: '' };
  return (
    `<ErrorResponse xmlns="${service.protocol.options.xmlNamespace}"><Error><Type>${typeOfFault(status)}</Type>` +
    `<Code>${xml(queryCode(error, shape))}</Code>${message && `<Message>${xml(message)}</Message>`}${detail}${fields(error)}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}

/** SQS has one message in other words in Query, and an element that says nothing: AWS's answers to test_non_existent_queue. */
const inSqs = ({ message }: AwsError): { message: string; detail: string } => ({
  message: message.replace(/^(The specified queue does not exist)\.$/, '$1 for this wsdl version.'),
  detail: '<Detail/>',
});

const fields = (error: AwsError): string =>
  Object.entries(error.members)
    .map(([name, value]) => `<${name}>${xml(String(value))}</${name}>`)
    .join('');

/** Errors that no schema of a service has which has come from Query to JSON: what they are called in JSON, and in Query. */
const common: readonly (readonly [inJson: string, inQuery: string])[] = [
  ['UnrecognizedClientException', 'InvalidClientTokenId'],
  ['InvalidSignatureException', 'SignatureDoesNotMatch'],
  ['ExpiredTokenException', 'ExpiredToken'],
  ['AccessDeniedException', 'AccessDenied'],
  ['InvalidParameterValueException', 'InvalidParameterValue'],
  ['MissingRequiredParameterException', 'MissingParameter'],
];

/** The code that clients of Query know. */
const queryCode = ({ code }: AwsError, shape: ErrorShape | undefined): string =>
  shape?.queryCode ?? common.find(([inJson]) => inJson === code)?.[1] ?? code;

function jsonName({ protocol }: ServiceShape, { code }: AwsError, shape: ErrorShape | undefined): string {
  if (shape) return shape.name;
  const known = protocol.awsQueryCompatible ? common.find(([, inQuery]) => inQuery === code) : undefined;
  return known?.[0] ?? code;
}

function jsonError(
  service: ServiceShape,
  error: AwsError,
  shape: ErrorShape | undefined,
  status: number,
): WireResponse {
  const headers: Record<string, string> = {
    'content-type': `application/x-amz-json-${service.jsonVersion}`,
    'x-amzn-errortype': jsonName(service, error, shape),
    ...(service.protocol.awsQueryCompatible ? queryHeader(error, shape, status) : {}),
  };
  return { status, headers, body: bytes(JSON.stringify(contentOf(service, error, shape))) };
}

function cborError(
  service: ServiceShape,
  error: AwsError,
  shape: ErrorShape | undefined,
  status: number,
): WireResponse {
  const { serializer } = service.protocol;
  serializer.write(DOCUMENT, contentOf(service, error, shape));
  return {
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      ...queryHeader(error, shape, status),
    },
    body: bytes(serializer.flush() as Uint8Array),
  };
}

/** The schema of anything at all. */
const DOCUMENT = 15;

/** What CloudWatch's errors are called on the wire is not what its client's schemas say; clients look at the last part. */
const typeOf = ({ name, namespace }: ServiceShape, shape: ErrorShape): string => {
  if (name !== 'monitoring') return `${namespace}#${shape.name}`;
  // Checked before the service itself sees the request.
  if (shape.name === 'ValidationException') return 'com.amazon.coral.validate#ValidationException';
  return `com.amazonaws.cloudwatch.v2010_08_01#${shape.name}`;
};

const contentOf = (service: ServiceShape, error: AwsError, shape: ErrorShape | undefined): object => ({
  __type: shape ? typeOf(service, shape) : jsonName(service, error, shape),
  ...messageOf(error, shape),
  ...error.members,
});

/** For those clients of JSON and CBOR that have known the service by Query. */
const queryHeader = (error: AwsError, shape: ErrorShape | undefined, status: number): Record<string, string> => ({
  'x-amzn-query-error': `${queryCode(error, shape)};${typeOfFault(status)}`,
});

const typeOfFault = (status: number): string => (status < 500 ? 'Sender' : 'Receiver');

async function restJsonError(
  service: ServiceShape,
  error: AwsError,
  shape: ErrorShape | undefined,
  status: number,
): Promise<WireResponse> {
  const content = { ...messageOf(error, shape), ...error.members };
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amzn-errortype': error.code };
  if (!shape) return { status, headers, body: bytes(JSON.stringify({ ...content, __type: error.code })) };
  const value = shape.members.includes('Type') ? { Type: status < 500 ? 'User' : 'Service', ...content } : content;
  const request = await service.protocol.serializeRequest(
    { namespace: service.namespace, name: shape.name, traits: {}, input: shape.schema, output: 'unit' as never },
    value,
    { endpoint: async () => undefined },
  );
  for (const [header, text] of Object.entries(request.headers)) headers[header.toLowerCase()] = String(text);
  return { status, headers, body: bytes((request.body as string | Uint8Array | undefined) ?? '{}') };
}

/** `message`, or `Message` where the service spells it so; some errors of AWS come without. */
const messageOf = (error: AwsError, shape: ErrorShape | undefined): Record<string, string> =>
  error.message === '' ? {} : { [shape?.members.includes('Message') ? 'Message' : 'message']: error.message };
