/**
 * Colours for code, made at build time: no script colours anything in the reader's browser. Of Shiki's themes only the
 * high-contrast GitHub pair keeps every token above 4.5:1. Colours become classes, which makes pages a third smaller.
 */
import { createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import bash from 'shiki/langs/bash.mjs';
import diff from 'shiki/langs/diff.mjs';
import javascript from 'shiki/langs/javascript.mjs';
import json from 'shiki/langs/json.mjs';
import typescript from 'shiki/langs/typescript.mjs';
import yaml from 'shiki/langs/yaml.mjs';
import dark from 'shiki/themes/github-dark-high-contrast.mjs';
import light from 'shiki/themes/github-light-high-contrast.mjs';
import { escapeHtml } from './html.ts';
import type { Language } from './include.ts';

export interface Highlighter {
  /** The inside of a `<code>` element. */
  highlight(code: string, language: Language): string;
  /** Rules for every class handed out so far. */
  css(): string;
}

let core: Promise<HighlighterCore> | undefined;

export async function createHighlighter(): Promise<Highlighter> {
  core ??= createHighlighterCore({
    langs: [bash, diff, javascript, json, typescript, yaml],
    themes: [light, dark],
    engine: createJavaScriptRegexEngine(),
  });
  const shiki = await core;
  const classes = new Map<string, string>();
  const classOf = (style: string): string => {
    const known = classes.get(style);
    if (known !== undefined) return known;
    const name = `k${classes.size}`;
    classes.set(style, name);
    return name;
  };
  return {
    highlight(code, language) {
      if (language === 'text') return escapeHtml(code);
      const { tokens, fg } = shiki.codeToTokens(code, {
        lang: language,
        themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
        defaultColor: 'light-dark()',
      });
      const plain = colourOf(fg ?? '');
      const line = (parts: (typeof tokens)[number]): string => {
        let html = '';
        for (const part of parts) {
          const style = colourOf(styleText(part.htmlStyle));
          const text = escapeHtml(part.content);
          html += style === plain || part.content.trim() === '' ? text : `<i class="${classOf(style)}">${text}</i>`;
        }
        return html;
      };
      return tokens.map(line).join('\n');
    },
    css: () => [...classes].map(([style, name]) => `.${name}{color:${style}}`).join(''),
  };
}

function styleText(style: string | Record<string, string> | undefined): string {
  if (typeof style === 'string') return style;
  return style?.color ?? '';
}

/** `light-dark(#0349b4, #91cbff)` out of whatever surrounds it. */
function colourOf(style: string): string {
  return /light-dark\([^)]*\)/.exec(style)?.[0].toLowerCase().replace(', ', ',') ?? '';
}
