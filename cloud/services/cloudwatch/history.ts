/**
 * What happened to alarms. It outlives them, for thirty days.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
import type { HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { Millis } from '../../contract.ts';

export interface HistoryItem {
  /** Grows from item to item. */
  readonly serial: number;
  readonly accountId: string;
  readonly alarmName: string;
  readonly time: Millis;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

const KEPT = 30 * 86_400_000;

export class History {
  private items: HistoryItem[] = [];
  private serials = 0;

  add(item: Omit<HistoryItem, 'serial'>): void {
    if (this.items[0] && this.items[0].time < item.time - KEPT) {
      this.items = this.items.filter(({ time }) => time >= item.time - KEPT);
    }
    this.items.push({ ...item, serial: this.serials++ });
  }

  /** Items of an account that are still kept, oldest first. */
  of(accountId: string, now: Millis): HistoryItem[] {
    return this.items.filter((item) => item.accountId === accountId && item.time >= now - KEPT);
  }

  reset(accountId?: string): void {
    this.items = this.items.filter((item) => accountId !== undefined && item.accountId !== accountId);
  }
}
