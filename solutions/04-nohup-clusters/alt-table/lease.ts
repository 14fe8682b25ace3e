/**
 * The same by a table. A counter in the store takes the place of versions: whoever is given a bunch counts its token up, in one call that
 * looks, decides and writes. The token itself is the fence.
 */
import { ConditionalCheckFailedException, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
