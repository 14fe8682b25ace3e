import { expect, test } from 'vitest';
import { openCloud } from '../cloud.ts';
import { present } from './capabilities.ts';
import { probe } from './probe.ts';

test.each(['process', 'sealed'] as const)(
  'the embedded cloud can what it says: every attempt finds the capability (%s)',
  async (sandbox) => {
    const cloud = await openCloud({ held: true, identity: 'checked', sandbox });
    try {
      const found = await probe(cloud);
      expect(found).toEqual(await cloud.capabilities());
      const health = await fetch(`${cloud.url}/_cloud/health`, { headers: { 'x-cloud-token': cloud.token } });
      expect(((await health.json()) as { capabilities: string[] }).capabilities).toEqual(present(found));
    } finally {
      await cloud.close();
    }
  },
);
