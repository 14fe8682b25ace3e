/** Looking at instances. */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { Operation } from '../../contract.ts';
import { authorize, authorizeOn } from './access.ts';
import { describeInstance, type Ec2, instancesOf, stateOf } from './ec2.ts';
import { dryRun, missing } from './errors.ts';
import { matching, pageOf } from './filters.ts';
import { instanceFilters, statusFilters } from './instance-filters.ts';
import type { Instance } from './store.ts';

export const describes = (own: Ec2) => {
  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
  const instances: Operation<ec2.DescribeInstancesCommandInput, ec2.DescribeInstancesCommandOutput> = (input, call) => {
    authorize(call, 'ec2:DescribeInstances', '*');
    if (input.DryRun) throw dryRun();
    const all = input.InstanceIds?.length ? instancesOf(own, call, input.InstanceIds) : own.store.of(call.accountId);
    const described = all.map((of) => ({ of, told: describeInstance(of) }));
    const found = matching(described, input.Filters, instanceFilters);
    const { items, next } = pageOf(found, ({ of }) => [of.serial], call, {
      size: input.MaxResults,
      token: input.NextToken,
      ids: input.InstanceIds,
    });
    return {
      Reservations: reservationsOf(items.map(({ of }) => of)),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html: running ones, unless told. */
  const status: Operation<ec2.DescribeInstanceStatusCommandInput, ec2.DescribeInstanceStatusCommandOutput> = (
    input,
    call,
  ) => {
    authorize(call, 'ec2:DescribeInstanceStatus', '*');
    if (input.DryRun) throw dryRun();
    const all = input.InstanceIds?.length ? instancesOf(own, call, input.InstanceIds) : own.store.of(call.accountId);
    const shown = all.filter(({ state }) => input.IncludeAllInstances || state === 'running');
    const described = shown.map((of) => ({ of, told: statusOf(of) }));
    const found = matching(described, input.Filters, statusFilters);
    const { items, next } = pageOf(found, ({ of }) => [of.serial], call, {
      size: input.MaxResults,
      token: input.NextToken,
      ids: input.InstanceIds,
    });
    return { InstanceStatuses: items.map(({ told }) => told), ...(next === undefined ? {} : { NextToken: next }) };
  };

  /** Mirrors https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
  const consoleOutput: Operation<ec2.GetConsoleOutputCommandInput, ec2.GetConsoleOutputCommandOutput> = (
    input,
    call,
  ) => {
    if (!input.InstanceId) throw missing('InstanceId');
    const [instance] = instancesOf(own, call, [input.InstanceId]) as [Instance];
    authorizeOn(call, instance);
    if (input.DryRun) throw dryRun();
    return {
      InstanceId: instance.id,
      Timestamp: new Date(call.core.clock.now()),
      Output: Buffer.from(instance.machine.console).toString('base64'),
    };
  };

  return { DescribeInstances: instances, DescribeInstanceStatus: status, GetConsoleOutput: consoleOutput };
};

/** Those launched together stand together. */
function reservationsOf(instances: readonly Instance[]): ec2.Reservation[] {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    groups.set(instance.reservationId, [...(groups.get(instance.reservationId) ?? []), instance]);
  }
  return [...groups].map(([ReservationId, group]) => ({
    ReservationId,
    OwnerId: group[0]!.accountId,
    Groups: [],
    Instances: group.map(describeInstance),
  }));
}

function statusOf(instance: Instance): ec2.InstanceStatus {
  const status = instance.state === 'running' ? 'ok' : 'not-applicable';
  const details = instance.state === 'running' ? [{ Name: 'reachability' as const, Status: 'passed' as const }] : [];
  const summary = { Status: status, Details: details } as ec2.InstanceStatusSummary;
  return {
    AvailabilityZone: instance.zone,
    InstanceId: instance.id,
    InstanceState: stateOf(instance.state),
    InstanceStatus: summary,
    SystemStatus: summary,
  };
}
