/** Buckets. Mirrors https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html and its siblings. */
import type * as s3 from '@aws-sdk/client-s3';
import { AwsError, type Call, type Operation } from '../../contract.ts';
import { clients } from '../../sdk.ts';
import { HTTP_HEADERS } from '../../wire/respond.ts';
import { authorize, bucketArn } from './access.ts';
import { Bucket } from './bucket.ts';
import { bucketAlreadyOwned, invalidArgument, invalidTag } from './errors.ts';
import { afterToken, tokenFor } from './page.ts';
import type { Store } from './store.ts';
import { checkedTags } from './tags.ts';

const HOME = 'us-east-1';
const MOST_BUCKETS = 10_000;

export const buckets = (store: Store) => {
  const createBucket: Operation<s3.CreateBucketCommandInput, s3.CreateBucketCommandOutput> = async (input, call) => {
    const name = input.Bucket ?? '';
    assertBucketName(name);
    call.core.identity.authorize({ principal: call.principal, action: 's3:CreateBucket', resource: bucketArn(name) });
    const region = regionOf(call, input.CreateBucketConfiguration?.LocationConstraint);
    const tags = newBucketTags(input.CreateBucketConfiguration?.Tags);
    const existing = store.buckets.get(name);
    if (existing && existing.accountId !== call.accountId) {
      throw new AwsError(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        409,
        { BucketName: name },
      );
    }
    // In us-east-1 creating one's own bucket again succeeds, for old times' sake, where it would change nothing.
    if (existing && (existing.region !== HOME || region !== HOME || tags.length > 0)) throw bucketAlreadyOwned(name);
    if (!existing) {
      const bucket = new Bucket(name, call.accountId, region, call.core.clock.now());
      bucket.tags = tags;
      bucket.location = input.CreateBucketConfiguration?.LocationConstraint;
      store.buckets.set(name, bucket);
    }
    return { Location: region === HOME ? `/${name}` : `${call.endpoint}/${name}/`, BucketArn: bucketArn(name) };
  };

  const deleteBucket: Operation<s3.DeleteBucketCommandInput, s3.DeleteBucketCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'DeleteBucket', bucket);
    if (!bucket.isEmpty) {
      const versions = bucket.versioning ? '. You must delete all versions in the bucket.' : '';
      throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty${versions}`, 409, {
        BucketName: bucket.name,
      });
    }
    store.buckets.delete(bucket.name);
    return {};
  };

  const headBucket: Operation<s3.HeadBucketCommandInput, s3.HeadBucketCommandOutput> = (input, call) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'ListBucket', bucket);
    return {
      [HTTP_HEADERS]: { 'content-type': 'application/xml' },
      BucketArn: bucketArn(bucket.name),
      BucketRegion: bucket.region,
      AccessPointAlias: false,
    };
  };

  /** Regions are told to those who ask for pages, or for some of the buckets alone. */
  const listBuckets: Operation<s3.ListBucketsCommandInput, s3.ListBucketsCommandOutput> = async (input, call) => {
    call.core.identity.authorize({ principal: call.principal, action: 's3:ListAllMyBuckets', resource: '*' });
    const { BucketRegion: region, Prefix: prefix, MaxBuckets: max = MOST_BUCKETS, ContinuationToken: token } = input;
    if (region !== undefined && region !== HOME && !regions().includes(region)) {
      throw invalidArgument(`Argument value ${region} is not a valid AWS Region`, 'bucket-region');
    }
    const after = token ? afterToken(token) : '';
    const left = store
      .of(call.accountId)
      .filter(({ name }) => name.startsWith(prefix ?? '') && name > after)
      .filter((bucket) => region === undefined || bucket.region === region);
    const page = left.slice(0, max);
    const paged = [region, prefix, input.MaxBuckets, token].some((given) => given !== undefined);
    return {
      Owner: ownerOf(call.accountId),
      ...(prefix === undefined ? {} : { Prefix: prefix }),
      ...(left.length > page.length ? { ContinuationToken: tokenFor(page.at(-1)!.name) } : {}),
      Buckets: page.map((bucket) => ({
        Name: bucket.name,
        BucketArn: bucketArn(bucket.name),
        CreationDate: new Date(bucket.createdAt),
        ...(paged ? { BucketRegion: bucket.region } : {}),
      })),
    };
  };

  const getBucketLocation: Operation<s3.GetBucketLocationCommandInput, s3.GetBucketLocationCommandOutput> = (
    input,
    call,
  ) => {
    const bucket = store.bucket(input.Bucket);
    authorize(call, 'GetBucketLocation', bucket);
    // The first region has no name here: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    return bucket.location ? { LocationConstraint: bucket.location } : {};
  };

  return {
    CreateBucket: createBucket,
    DeleteBucket: deleteBucket,
    HeadBucket: headBucket,
    ListBuckets: listBuckets,
    GetBucketLocation: getBucketLocation,
  };
};

/** AWS has an address for each region; this cloud has one for all, and goes by the signature. */
const regionSignedFor = ({ headers }: Call): string =>
  /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? HOME;

/** All regions that a bucket can be asked for in, by the client's own list. */
const regions = (): readonly string[] => Object.values(clients.s3().BucketLocationConstraint);

/**
 * The first region is asked for by asking for none, and makes buckets anywhere; every other makes its own. One that AWS does not
 * know (`local`, say) is as good as the first.
 * Throws `InvalidLocationConstraint`, `IllegalLocationConstraintException`.
 */
function regionOf(call: Call, wanted: string | undefined): string {
  const here = regionSignedFor(call);
  const known = regions();
  if (known.includes(here) && wanted !== here && !(wanted === 'EU' && here === 'eu-west-1')) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${wanted || 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      400,
    );
  }
  if (!wanted) return HOME;
  if (known.includes(wanted)) return wanted === 'EU' ? 'eu-west-1' : wanted;
  throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
    LocationConstraint: wanted,
  });
}

function newBucketTags(given: readonly s3.Tag[] | undefined) {
  if (given?.some(({ Key }) => Key?.startsWith('aws:'))) {
    throw invalidTag(
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    );
  }
  return checkedTags(given, 'bucket');
}

export const ownerOf = (accountId: string) => ({ ID: accountId.padStart(64, '0') });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function assertBucketName(name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !name.startsWith('xn--') &&
    !name.endsWith('-s3alias');
  if (!valid) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
}
