/** Attributes of an instance, one at a time. */
import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { authorizeOn } from './access.ts';
import { type Ec2, instancesOf } from './ec2.ts';
import { badCombination, dryRun, invalidValue, missing } from './errors.ts';
import { checkUserData } from './launch-request.ts';
import type { Instance } from './store.ts';

type Shown = Omit<ec2.DescribeInstanceAttributeCommandOutput, '$metadata' | 'InstanceId'>;

const shown: Readonly<Record<string, (instance: Instance) => Shown>> = {
  instanceType: ({ type }) => ({ InstanceType: { Value: type } }),
  instanceInitiatedShutdownBehavior: ({ shutdownBehavior }) => ({
    InstanceInitiatedShutdownBehavior: { Value: shutdownBehavior },
  }),
  userData: ({ userData }) => ({ UserData: userData === undefined ? {} : { Value: userData } }),
  disableApiTermination: ({ keepRunning }) => ({ DisableApiTermination: { Value: keepRunning.terminate } }),
  disableApiStop: ({ keepRunning }) => ({ DisableApiStop: { Value: keepRunning.stop } }),
  rootDeviceName: () => ({ RootDeviceName: { Value: '/dev/xvda' } }),
};

export const attributes = (own: Ec2) => {
  const one = (call: Call, id: string | undefined): Instance => {
    if (!id) throw missing('InstanceId');
    const [instance] = instancesOf(own, call, [id]) as [Instance];
    authorizeOn(call, instance);
    return instance;
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
  const describe: Operation<ec2.DescribeInstanceAttributeCommandInput, ec2.DescribeInstanceAttributeCommandOutput> = (
    input,
    call,
  ) => {
    const instance = one(call, input.InstanceId);
    if (input.DryRun) throw dryRun();
    if (!input.Attribute) throw missing('Attribute');
    const show = Object.hasOwn(shown, input.Attribute) ? shown[input.Attribute] : undefined;
    if (!show) throw notBuilt(input.Attribute);
    return { InstanceId: instance.id, ...show(instance) };
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html: one attribute in one call. */
  const modify: Operation<ec2.ModifyInstanceAttributeCommandInput, ec2.ModifyInstanceAttributeCommandOutput> = (
    input,
    call,
  ) => {
    const instance = one(call, input.InstanceId);
    if (input.DryRun) throw dryRun();
    const given = givenIn(input);
    if (given.length !== 1)
      throw badCombination('Fields for multiple attribute types specified, or none: exactly one is needed.');
    const [name, value] = given[0]!;
    switch (name) {
      case 'instanceInitiatedShutdownBehavior':
        if (value !== 'stop' && value !== 'terminate') {
          throw invalidValue(`Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid.`);
        }
        instance.shutdownBehavior = value;
        break;
      case 'disableApiTermination':
        instance.keepRunning.terminate = value === 'true';
        break;
      case 'disableApiStop':
        instance.keepRunning.stop = value === 'true';
        break;
      case 'userData':
        if (instance.state !== 'stopped') {
          throw new AwsError('IncorrectInstanceState', `The instance '${instance.id}' is not in the 'stopped' state.`);
        }
        instance.userData = checkUserData(value);
        break;
      default:
        throw notBuilt(name);
    }
    return {};
  };

  return { DescribeInstanceAttribute: describe, ModifyInstanceAttribute: modify };
};

/** What the call is about, by either of the two ways in which it can be said. */
function givenIn(input: ec2.ModifyInstanceAttributeCommandInput): (readonly [name: string, value: string])[] {
  const all: (readonly [string, unknown])[] = [
    [input.Attribute ?? '', input.Attribute === undefined ? undefined : (input.Value ?? '')],
    ['instanceInitiatedShutdownBehavior', input.InstanceInitiatedShutdownBehavior?.Value],
    ['disableApiTermination', input.DisableApiTermination?.Value],
    ['disableApiStop', input.DisableApiStop?.Value],
    // A blob of the schema: the client encodes it a first time, as it does for nobody else.
    ['userData', input.UserData?.Value && Buffer.from(input.UserData.Value).toString('base64')],
    ['instanceType', input.InstanceType?.Value],
  ];
  return all.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)] as const);
}

const notBuilt = (attribute: string): AwsError =>
  new AwsError('NotImplemented', `The attribute ${attribute} is not built in this cloud.`, 501);
