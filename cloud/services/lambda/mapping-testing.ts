/** For tests: a function that queues are mapped to, and the calls on its mappings. */
import * as api from '@aws-sdk/client-lambda';
import { beforeAll } from 'vitest';
import { deployed, ECHO, roleFor, t, useCloud } from './testing.ts';

export let Role: string;
export let name: string;

/** Opens a cloud for the tests of a file, and makes the function. */
export function useMappedFunction(): void {
  useCloud();
  beforeAll(async () => {
    Role = await roleFor('sqs:*');
    name = await deployed(ECHO, { Role });
  });
}

export const create = (more: Partial<api.CreateEventSourceMappingCommandInput>) =>
  t.lambda.send(new api.CreateEventSourceMappingCommand({ FunctionName: name, ...more }));
export const update = (UUID: string, more: Partial<api.UpdateEventSourceMappingCommandInput>) =>
  t.lambda.send(new api.UpdateEventSourceMappingCommand({ UUID, ...more }));
export const remove = (UUID: string) => t.lambda.send(new api.DeleteEventSourceMappingCommand({ UUID }));
export const state = async (UUID: string) =>
  (await t.lambda.send(new api.GetEventSourceMappingCommand({ UUID }))).State;
export const advance = (ms: number) => t.cloud.clock.advance(ms);
