/**
 * Requests to function URLs: found, let in or not, run and answered.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html and https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { AwsError, type Core, type Principal } from '../../../contract.ts';
import { factsOf } from '../../../identity/authenticate.ts';
import { anonymous } from '../../../identity/keys.ts';
import type { Refuser } from '../../../identity/refusals.ts';
import type { WireRequest } from '../../../wire/request.ts';
import type { WireResponse } from '../../../wire/respond.ts';
import { credentialScope } from '../../../wire/route.ts';
import type { Visit, Visitor } from '../../../wire/visit.ts';
import { policyOf } from '../access.ts';
import { assertEventSize, type Invoker } from '../invoker.ts';
import type { FunctionStore, FunctionUrl, LambdaFunction } from '../store.ts';
import type { Address } from './address.ts';
import { answerOf, failed } from './answer.ts';
import { preflight, withCors } from './cors.ts';
import { eventOf } from './event.ts';

export type Authenticate = (request: WireRequest, service: Refuser) => Principal;

const REFUSER: Refuser = { name: 'lambda', protocolName: 'restJson', protocol: {} };

interface Target {
  readonly of: LambdaFunction;
  readonly qualifier: string | undefined;
  readonly url: FunctionUrl;
  readonly address: Address;
}

export class Visits {
  constructor(
    private readonly core: Core,
    private readonly store: FunctionStore,
    private readonly invoker: Invoker,
    private readonly authenticate: Authenticate,
  ) {}

  /** The visit that a request to a function URL is, be there such a URL or not. */
  readonly visit = (address: Address, request: WireRequest): Visit => {
    const found = this.store.byUrl(address.id);
    const target = found && { ...found, address };
    const answer = (response: WireResponse) => (target ? withCors(target.url.cors, request, response) : response);
    return {
      about: {
        accountId: found?.of.accountId ?? '',
        service: 'lambda',
        operation: 'InvokeFunctionUrl',
        resource: found?.of.name ?? address.id,
      },
      authenticate: () => this.signerOf(target, request) ?? { ...anonymous, request: factsOf(request, REFUSER.name) },
      act: async (visitor) => {
        if (!target) throw forbidden(null);
        return preflight(target.url.cors, request) ?? answer(await this.run(target, request, visitor));
      },
      refuse: (error) => answer(refusalOf(error)),
    };
  };

  private signerOf(target: Target | undefined, request: WireRequest): Principal | undefined {
    if (target?.url.authType !== 'AWS_IAM' || !credentialScope(request)) return undefined;
    return this.authenticate(request, REFUSER);
  }

  private async run(target: Target, request: WireRequest, visitor: Visitor): Promise<WireResponse> {
    const { of, qualifier, address, url } = target;
    this.authorize(target, visitor.principal);
    if (qualifier !== undefined && !of.aliases.has(qualifier)) throw forbidden();
    const { requestId, traceId } = visitor;
    const signer = url.authType === 'AWS_IAM' ? visitor.principal : undefined;
    const event = eventOf({ of, address, request, signer, requestId, time: this.core.clock.now() });
    const payload = JSON.stringify(event);
    assertEventSize(Buffer.byteLength(payload));
    // Somebody waits: the clock may move on by itself until the answer is there.
    const stop = this.core.clock.drive();
    try {
      const { outcome } = await this.invoker.invoke(of, qualifier, payload, traceId, requestId);
      const answer = outcome.ok ? answerOf(outcome.payload) : failed();
      if (answer.status === 502) this.core.trace.amend(traceId, { error: 'BadGateway' });
      return answer;
    } finally {
      stop();
    }
  }

  /** Since October 2025 both rights are asked for, whatever the type of authorization. */
  private authorize({ of, qualifier, url }: Target, principal: Principal): void {
    const resource = qualifier === undefined ? of.arn : `${of.arn}:${qualifier}`;
    if (url.authType === 'AWS_IAM' && principal.kind === 'anonymous') throw forbidden();
    for (const action of ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) {
      try {
        this.core.identity.authorize({
          principal,
          action,
          resource,
          resourceAccount: of.accountId,
          resourcePolicy: policyOf(of),
          context: { 'lambda:FunctionUrlAuthType': url.authType, 'lambda:InvokedViaFunctionUrl': 'true' },
        });
      } catch (error) {
        if (error instanceof AwsError && error.code === 'AccessDeniedException') throw forbidden();
        throw error;
      }
    }
  }
}

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** Who asks for a URL that is not there is told nothing: as the member `Message`, which others do not have. */
const forbidden = (Message: string | null = FORBIDDEN): AwsError =>
  new AwsError('AccessDeniedException', FORBIDDEN, 403, { Message });

function refusalOf({ code, message, status, members }: AwsError): WireResponse {
  const { Message, ...others } = members;
  const type = code === 'TooManyRequestsException' ? { Type: 'User' } : {};
  const content = Message === undefined ? { ...type, ...others, message } : { Message };
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: Buffer.from(JSON.stringify(content)),
  };
}
