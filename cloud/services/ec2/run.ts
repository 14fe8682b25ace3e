/** RunInstances. Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
import type * as ec2 from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { authorize } from './access.ts';
import { describeInstance, type Ec2, NETWORK } from './ec2.ts';
import { dryRun, noCapacity } from './errors.ts';
import { type LaunchRequest, readLaunch } from './launch-request.ts';
import { type Instance, isAlive, newId, type Reservation } from './store.ts';
import { architectureOf } from './types.ts';

/** A new account's limit of virtual CPUs on demand: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html */
export const VCPU_LIMIT = 32;
/** Instances that this machine carries at a time, of all accounts. */
export const INSTANCE_LIMIT = 24;

export const runInstances =
  (own: Ec2): Operation<ec2.RunInstancesCommandInput, ec2.RunInstancesCommandOutput> =>
  (input, call) => {
    const request = readLaunch(input, call, own.directory);
    permit(own, request, call);
    if (input.DryRun) throw dryRun();
    const asked = JSON.stringify({ ...input, ClientToken: undefined, DryRun: undefined });
    const before = input.ClientToken ? own.store.byToken(call.accountId, input.ClientToken) : undefined;
    if (before) return again(before, asked, call);
    const count = roomFor(own, request, call);
    const reservation = launch(own, request, input, count, asked, call);
    if (input.ClientToken) own.store.remember(call.accountId, input.ClientToken, reservation);
    return answer(reservation, call);
  };

/**
 * A launch touches more than instances, and the role that it hands over has to be the caller's to pass.
 * Mirrors https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
function permit({ directory }: Ec2, { type, imageId, profile, tags }: LaunchRequest, call: Call): void {
  const [region, account] = [call.region, call.accountId];
  const of = (kind: string, id: string) => `arn:aws:ec2:${region}:${account}:${kind}/${id}`;
  const requested = Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value]));
  const instance = {
    ...requested,
    'ec2:InstanceType': type,
    ...(profile ? { 'ec2:InstanceProfile': profile.arn } : {}),
  };
  authorize(call, 'ec2:RunInstances', of('instance', '*'), instance);
  authorize(call, 'ec2:RunInstances', `arn:aws:ec2:${region}::image/${imageId}`);
  authorize(call, 'ec2:RunInstances', of('network-interface', '*'));
  authorize(call, 'ec2:RunInstances', of('security-group', NETWORK.group));
  authorize(call, 'ec2:RunInstances', of('subnet', NETWORK.subnet));
  authorize(call, 'ec2:RunInstances', of('volume', '*'));
  if (tags.size > 0) {
    authorize(call, 'ec2:CreateTags', of('instance', '*'), { ...instance, 'ec2:CreateAction': 'RunInstances' });
  }
  const role = profile?.role === undefined ? undefined : directory.roles.get(profile.role);
  if (role) authorize(call, 'iam:PassRole', role.arn, { 'iam:PassedToService': 'ec2.amazonaws.com' });
}

/**
 * The same request once more has the same answer.
 * Mirrors https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
function again(before: Reservation, asked: string, call: Call): Omit<ec2.RunInstancesCommandOutput, '$metadata'> {
  if (before.request !== asked) {
    throw new AwsError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  if (before.instances.every(({ state }) => state === 'terminated')) {
    throw new AwsError(
      'IdempotentInstanceTerminated',
      'The request to launch an instance uses the same client token as a previous request for which the instance has been terminated.',
    );
  }
  return answer(before, call);
}

/** How many can be launched: as many as asked for, as limits and capacity allow. Throws when these are too few. */
function roomFor({ core, store }: Ec2, { type, vcpus, least, most, zone }: LaunchRequest, call: Call): number {
  const alive = store.of().filter(isAlive);
  const used = alive
    .filter(({ accountId }) => accountId === call.accountId)
    .reduce((sum, instance) => sum + instance.vcpus, 0);
  const byVcpus = Math.floor((VCPU_LIMIT - used) / vcpus);
  if (byVcpus < least) {
    throw new AwsError(
      'VcpuLimitExceeded',
      `You have requested more vCPU capacity than your current vCPU limit of ${VCPU_LIMIT} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
    );
  }
  const byCount = INSTANCE_LIMIT - alive.length;
  if (byCount < least) {
    throw new AwsError(
      'InstanceLimitExceeded',
      `You have requested more instances (${alive.length + least}) than your current instance limit of ${INSTANCE_LIMIT} allows for the specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
    );
  }
  const wanted = Math.min(most, byVcpus, byCount);
  for (let count = 0; count < wanted; count++) {
    const full = core.faults
      .match({ accountId: call.accountId, service: 'ec2', operation: 'LaunchInstance', resource: type })
      .find(({ effect }) => effect.kind === 'error');
    if (!full) continue;
    core.trace.amend(call.traceId, { fault: full.id });
    if (count >= least) return count;
    const { effect } = full;
    throw effect.kind === 'error' && effect.code !== 'InsufficientInstanceCapacity'
      ? new AwsError(effect.code, effect.message ?? 'This call was made to fail.', effect.status)
      : noCapacity(type, zone);
  }
  return wanted;
}

function launch(
  own: Ec2,
  request: LaunchRequest,
  input: ec2.RunInstancesCommandInput,
  count: number,
  asked: string,
  call: Call,
): Reservation {
  const reservationId = newId('r');
  const instances = Array.from({ length: count }, (_, index) => {
    const id = newId('i');
    const { profile } = request;
    const instance: Instance = {
      id,
      serial: own.store.nextSerial(),
      accountId: call.accountId,
      reservationId,
      index,
      imageId: request.imageId,
      type: request.type,
      vcpus: request.vcpus,
      architecture: architectureOf(request.type),
      zone: request.zone,
      address: own.store.nextAddress(),
      clientToken: input.ClientToken ?? '',
      keyName: input.KeyName,
      profile: profile ? { arn: profile.arn, id: profile.id } : undefined,
      metadata: request.metadata,
      tags: new Map(request.tags),
      machine: own.machine(id, () => instance),
      userData: request.userData,
      shutdownBehavior: request.shutdownBehavior,
      keepRunning: { terminate: input.DisableApiTermination ?? false, stop: input.DisableApiStop ?? false },
      launchedAt: call.core.clock.now(),
      state: 'pending',
      stateReason: undefined,
      transitionReason: '',
    };
    own.store.add(instance);
    const cause = call.core.trace.add({
      kind: 'hop',
      accountId: call.accountId,
      service: 'ec2',
      operation: 'LaunchInstance',
      resource: id,
      cause: call.traceId,
      detail: { type: request.type, reservation: reservationId },
    });
    own.lifecycle.start(instance, cause, true);
    return instance;
  });
  call.core.trace.amend(call.traceId, { detail: { instances: instances.map(({ id }) => id) } });
  return { request: asked, reservationId, instances };
}

const answer = ({ reservationId, instances }: Reservation, call: Call) => ({
  ReservationId: reservationId,
  OwnerId: call.accountId,
  Groups: [],
  Instances: instances.map(describeInstance),
});
