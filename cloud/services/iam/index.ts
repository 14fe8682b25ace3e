/** IAM: roles, users, access keys and policies. The deciding is done by `cloud/identity`. */
import type { Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { clients } from '../../sdk.ts';

export const createIam = (identity: IdentityStore): Service =>
  late('iam', clients.iam, new Once(async () => (await import('./service.ts')).openIam(identity)));
