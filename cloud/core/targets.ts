/** Where deliveries go: each service that can be a destination registers itself under the service part of its ARNs. */
import { AwsError, type Core, type Target } from '../contract.ts';

export function createTargets(): Core['targets'] {
  const targets = new Map<string, Target>();
  return {
    register(service, target) {
      targets.set(service, target);
    },
    get(arn) {
      const service = arn.split(':')[2] ?? '';
      const target = targets.get(service);
      if (!target) {
        throw new AwsError(
          'InvalidArgument',
          `This cloud cannot deliver to ${arn}: it has no destination ${service || '(none)'}.`,
          400,
        );
      }
      return target;
    },
  };
}
