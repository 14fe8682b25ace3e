/** A client of CloudWatch Logs for a bench. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Bench } from './bench.ts';

export const logsOf = (t: Bench): CloudWatchLogsClient => new CloudWatchLogsClient(t.config);
