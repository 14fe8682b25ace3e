/** Controls that are loaded by the first request for them: who only calls services starts without. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../contract.ts';

export const PREFIX = '/_cloud/';

/** True when it has taken the request: it was one for the controls. */
export type Take = (request: IncomingMessage, response: ServerResponse) => boolean;

export const isControl = ({ url }: IncomingMessage): boolean => url?.startsWith(PREFIX) === true;

export function lateControls(clock: Pick<Clock, 'busy'>, load: () => Promise<Take>): Take {
  let loading: Promise<Take> | undefined;
  return (request, response) => {
    if (!isControl(request)) return false;
    const done = clock.busy('the controls');
    loading ??= load();
    void loading.then((take) => take(request, response)).finally(done);
    return true;
  };
}
