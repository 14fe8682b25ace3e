/** Starting, stopping, rebooting and terminating, by API call. */
import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../../contract.ts';
import { authorizeOn } from './access.ts';
import { type Ec2, instancesOf, stateOf } from './ec2.ts';
import { dryRun, wrongState } from './errors.ts';
import { VCPU_LIMIT } from './run.ts';
import { type Instance, isAlive } from './store.ts';

export const power = (own: Ec2) => {
  /** Does something to each instance, and tells its state before and after. */
  const change = (instances: readonly Instance[], act: (instance: Instance) => void): ec2.InstanceStateChange[] =>
    instances.map((instance) => {
      const PreviousState = stateOf(instance.state);
      act(instance);
      return { InstanceId: instance.id, PreviousState, CurrentState: stateOf(instance.state) };
    });

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
  const terminate: Operation<ec2.TerminateInstancesCommandInput, ec2.TerminateInstancesCommandOutput> = (
    input,
    call,
  ) => {
    const instances = instancesOf(own, call, input.InstanceIds);
    for (const instance of instances) authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    const kept = instances.find(({ keepRunning }) => keepRunning.terminate);
    if (kept) {
      throw new AwsError(
        'OperationNotPermitted',
        `The instance '${kept.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    }
    return {
      TerminatingInstances: change(instances, (instance) => own.lifecycle.end(instance, 'terminate', call.traceId)),
    };
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
  const stop: Operation<ec2.StopInstancesCommandInput, ec2.StopInstancesCommandOutput> = (input, call) => {
    const instances = instancesOf(own, call, input.InstanceIds);
    for (const instance of instances) authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    const kept = instances.find(({ keepRunning }) => keepRunning.stop);
    if (kept) {
      throw new AwsError(
        'OperationNotPermitted',
        `The instance '${kept.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
      );
    }
    const gone = instances.find(
      ({ state }) => state === 'terminated' || state === 'shutting-down' || state === 'pending',
    );
    if (gone) throw wrongState(`This instance '${gone.id}' is not in a state from which it can be stopped.`);
    return {
      StoppingInstances: change(instances, (instance) =>
        own.lifecycle.end(instance, 'stop', call.traceId, input.Force ?? false),
      ),
    };
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
  const start: Operation<ec2.StartInstancesCommandInput, ec2.StartInstancesCommandOutput> = (input, call) => {
    const instances = instancesOf(own, call, input.InstanceIds);
    for (const instance of instances) authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    const wrong = instances.find(({ state }) => !['stopped', 'running', 'pending'].includes(state));
    if (wrong) throw wrongState(`The instance '${wrong.id}' is not in a state from which it can be started.`);
    const stopped = instances.filter(({ state }) => state === 'stopped');
    const used = [...own.store.of(call.accountId).filter(isAlive), ...stopped];
    if (stopped.length > 0 && used.reduce((sum, { vcpus }) => sum + vcpus, 0) > VCPU_LIMIT) {
      throw new AwsError(
        'VcpuLimitExceeded',
        `You have requested more vCPU capacity than your current vCPU limit of ${VCPU_LIMIT} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
      );
    }
    return {
      StartingInstances: change(instances, (instance) => {
        if (instance.state === 'stopped') own.lifecycle.start(instance, call.traceId, false);
      }),
    };
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html */
  const reboot: Operation<ec2.RebootInstancesCommandInput, ec2.RebootInstancesCommandOutput> = (input, call) => {
    const instances = instancesOf(own, call, input.InstanceIds);
    for (const instance of instances) authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    const off = instances.find(({ state }) => state !== 'running');
    if (off) throw wrongState(`The instance '${off.id}' is not in a valid state to be rebooted.`);
    for (const instance of instances) own.lifecycle.reboot(instance, call.traceId);
    return {};
  };

  return { TerminateInstances: terminate, StopInstances: stop, StartInstances: start, RebootInstances: reboot };
};
