/** STS: who am I, and becoming somebody else for a while. */
import type { Service } from '../../contract.ts';
import { late, Once } from '../../core/late.ts';
import type { IdentityStore } from '../../identity/index.ts';
import { clients } from '../../sdk.ts';

export const createSts = (identity: IdentityStore): Service =>
  late('sts', clients.sts, new Once(async () => (await import('./service.ts')).openSts(identity)));
