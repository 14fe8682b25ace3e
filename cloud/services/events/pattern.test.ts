import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { matches, parsePattern } from './pattern.ts';

const event = {
  source: 'shop.orders',
  'detail-type': 'Order Placed',
  resources: ['arn:aws:s3:::one', 'arn:aws:s3:::two'],
  detail: {
    id: 'A-17',
    total: 25,
    paid: true,
    coupon: null,
    ip: '10.0.0.7',
    ip6: '2001:db8::1',
    file: 'a*b.png',
    tags: ['red', 'Blue'],
    empty: [],
    lines: [
      { sku: 'x', count: 1 },
      { sku: 'y', count: 5 },
    ],
  },
};

const holds = (detail: unknown): boolean => matches(parsePattern(JSON.stringify({ detail })), event);

/** Patterns of the detail that match, and such that do not. */
test.each([
  [{ id: ['A-17'] }, { id: ['a-17'] }],
  [{ id: ['B', 'A-17'] }, { id: ['B', 'C'] }],
  [{ total: [25] }, { total: ['25'] }],
  [{ total: [25.0] }, { total: [26] }],
  [{ paid: [true] }, { paid: ['true'] }],
  [{ coupon: [null] }, { id: [null] }],
  [{ tags: ['red'] }, { tags: ['blue'] }],
  [
    { id: ['A-17'], total: [25] },
    { id: ['A-17'], total: [1] },
  ],
  [{ id: [{ prefix: 'A-' }] }, { id: [{ prefix: 'a-' }] }],
  [{ id: [{ prefix: { 'equals-ignore-case': 'a-' } }] }, { id: [{ prefix: { 'equals-ignore-case': 'b-' } }] }],
  [{ id: [{ suffix: '17' }] }, { id: [{ suffix: '7A' }] }],
  [{ tags: [{ suffix: { 'equals-ignore-case': 'LUE' } }] }, { tags: [{ suffix: { 'equals-ignore-case': 'xBLUE' } }] }],
  [{ tags: [{ 'equals-ignore-case': 'BLUE' }] }, { tags: [{ 'equals-ignore-case': 'BLU' }] }],
  [{ id: [{ wildcard: 'A*7' }] }, { id: [{ wildcard: 'A*8' }] }],
  [{ file: [{ wildcard: 'a\\*b.*' }] }, { id: [{ wildcard: 'A\\*7' }] }],
  [{ file: [{ wildcard: '*.png' }] }, { file: [{ wildcard: '*xpng' }] }],
  [{ id: [{ 'anything-but': 'B' }] }, { id: [{ 'anything-but': 'A-17' }] }],
  [{ id: [{ 'anything-but': ['B', 'C'] }] }, { id: [{ 'anything-but': ['B', 'A-17'] }] }],
  [{ total: [{ 'anything-but': [1, 2] }] }, { total: [{ 'anything-but': [25, 2] }] }],
  [{ id: [{ 'anything-but': { prefix: 'B' } }] }, { id: [{ 'anything-but': { prefix: 'A' } }] }],
  [{ id: [{ 'anything-but': { suffix: ['8', '9'] } }] }, { id: [{ 'anything-but': { suffix: ['8', '7'] } }] }],
  [{ id: [{ 'anything-but': { wildcard: 'B*' } }] }, { id: [{ 'anything-but': { wildcard: '*1*' } }] }],
  [
    { id: [{ 'anything-but': { 'equals-ignore-case': ['b'] } }] },
    { id: [{ 'anything-but': { 'equals-ignore-case': ['a-17'] } }] },
  ],
  // One of an array's values that is something else is enough; a field that is missing is not anything.
  [{ tags: [{ 'anything-but': 'red' }] }, { missing: [{ 'anything-but': 'red' }] }],
  [{ total: [{ numeric: ['>', 20, '<=', 25] }] }, { total: [{ numeric: ['>', 25] }] }],
  [{ total: [{ numeric: ['=', 25] }] }, { id: [{ numeric: ['>', 0] }] }],
  [{ total: [{ numeric: ['<', 30] }] }, { total: [{ numeric: ['>=', 1, '<', 25] }] }],
  [{ id: [{ exists: true }] }, { missing: [{ exists: true }] }],
  [{ missing: [{ exists: false }] }, { id: [{ exists: false }] }],
  [{ missing: { deep: [{ exists: false }] } }, { missing: { deep: [{ exists: true }] } }],
  [{ empty: [{ exists: false }] }, { empty: [{ exists: true }] }],
  [{ coupon: [{ exists: true }] }, { lines: [{ exists: true }] }],
  [{ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: [{ cidr: '10.0.1.0/24' }] }],
  [{ ip6: [{ cidr: '2001:db8::/32' }] }, { id: [{ cidr: '10.0.0.0/24' }] }],
  [{ lines: { sku: ['y'], count: [5] } }, { lines: { sku: ['x'], count: [5] } }],
  [{ $or: [{ id: ['B'] }, { total: [25] }] }, { $or: [{ id: ['B'] }, { total: [26] }] }],
  [
    { paid: [true], $or: [{ id: ['B'] }, { lines: { sku: ['x'] } }] },
    { paid: [false], $or: [{ id: ['A-17'] }, { total: [25] }] },
  ],
])('%j matches, %j does not', (yes, no) => {
  expect([holds(yes), holds(no)]).toEqual([true, false]);
});

test('the envelope is matched like the detail', () => {
  const whole = (pattern: object) => matches(parsePattern(JSON.stringify(pattern)), event);
  expect(whole({ source: [{ prefix: 'shop.' }], resources: [{ suffix: ':two' }] })).toBe(true);
  expect(whole({ 'detail-type': ['Order Cancelled'] })).toBe(false);
  expect(whole({ $or: [{ source: ['aws.ec2'] }, { source: ['aws.s3'] }] })).toBe(false);
});

/** Patterns that AWS refuses, and its reason. */
test.each([
  ['{"a": ', 'Invalid JSON'],
  ['["a"]', 'Filter is not an object'],
  ['{}', 'Empty objects are not allowed'],
  ['{"source": "shop"}', '"source" must be an object or an array'],
  ['{"source": []}', 'Empty arrays are not allowed'],
  ['{"source": [["a"]]}', 'Match value must be String, number, true, false, or null'],
  ['{"a": [{}]}', 'Match expression name not found'],
  ['{"a": [{"prefixx": "b"}]}', 'Unrecognized match type prefixx'],
  ['{"a": [{"prefix": 5}]}', 'prefix match pattern must be a string'],
  ['{"a": [{"suffix": ["b"]}]}', 'suffix match pattern must be a string'],
  ['{"a": [{"prefix": "b", "suffix": "c"}]}', 'Only one key allowed in match expression'],
  ['{"a": [{"exists": "yes"}]}', 'exists match pattern must be either true or false.'],
  ['{"a": [{"numeric": 5}]}', 'Value of numeric must be an array.'],
  ['{"a": [{"numeric": [">", "5"]}]}', 'Value of > must be numeric'],
  ['{"a": [{"numeric": ["~", 5]}]}', 'Unrecognized numeric range operator: ~'],
  ['{"a": [{"numeric": [">", 5, "<", 4]}]}', 'Bottom must be less than top'],
  ['{"a": [{"numeric": ["=", 5, "<", 4]}]}', 'Too many elements in numeric expression'],
  ['{"a": [{"wildcard": "b**"}]}', 'Consecutive wildcard characters at pos 1'],
  ['{"a": [{"wildcard": "b\\\\n"}]}', 'Invalid escape character at pos 1'],
  ['{"a": [{"anything-but": {"numeric": 5}}]}', 'Unsupported anything-but pattern: numeric'],
  ['{"a": [{"anything-but": true}]}', 'Value of anything-but must be an array or single string/number value.'],
  [
    '{"a": [{"anything-but": [1, "b"]}]}',
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  ],
  ['{"$or": {"a": [1]}}', 'It must be an Array followed with $or.'],
  ['{"$or": [{"a": [1]}]}', 'There must have at least 2 Objects in $or relationship.'],
  ['{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
])('%s is refused: %s', async (text, reason) => {
  const parse = async () => parsePattern(text);
  expect(await refusal(parse())).toMatchObject({
    name: 'InvalidEventPatternException',
    message: `Event pattern is not valid. Reason: ${reason}`,
  });
});
