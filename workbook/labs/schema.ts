/** The format of lab.json and of mutant.json. */
import * as z from 'zod';
import { capabilityNames } from '../../cloud/engine/capabilities.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and dashes, a letter first');
const path = z.string().regex(/^(?!\/)(?!.*\.\.)[\w./-]+$/, 'a path within the folder, without ..');

export const hintSchema = z.strictObject({ title: z.string().min(1), body: z.string().min(1) });

/** What an engine has to be able to do; on one that cannot, nothing is earned and nothing lost. */
const needs = z.array(z.enum(capabilityNames)).default([]);

export const checkSchema = z.strictObject({
  /** Permanent: progress, verdicts and mutants use it. */
  id,
  /** The requirement as observable behaviour. */
  title: z.string().min(10).max(120),
  needs,
});

export const stepSchema = z.strictObject({
  id,
  title: z.string().min(1).max(80),
  points: z.number().int().positive(),
  /** Heading of the chapter that the step goes with. */
  anchor: z.string().min(1),
  /** What a learner edits for this step, the main file first. */
  files: z.array(path).min(1),
  test: path,
  /** Of all its checks. */
  needs,
  checks: z.array(checkSchema).min(1),
  /** From the concept to nearly the code. */
  hints: z.array(hintSchema).min(1),
});

export const labSchema = z.strictObject({
  id,
  number: z.number().int().positive(),
  title: z.string().min(1),
  /** File name of the chapter, without its ending. */
  chapter: z.string().regex(/^\d\d-[a-z-]+$/, 'a chapter’s file name, like 01-faas'),
  /** What answers may import beside Node and @aws-sdk/*. */
  packages: z.array(z.string()),
  steps: z.array(stepSchema).min(1).max(12),
});

export const mutantSchema = z.strictObject({
  step: id,
  /** The check that must reject it. */
  check: id,
  /** The mistake, in a sentence. */
  why: z.string().min(10),
  /** Further checks that reject it too. */
  also: z.array(id).default([]),
});

export type LabFile = z.infer<typeof labSchema>;
export type Step = z.infer<typeof stepSchema>;
export type CheckPlan = z.infer<typeof checkSchema>;
export type Mutant = z.infer<typeof mutantSchema>;
