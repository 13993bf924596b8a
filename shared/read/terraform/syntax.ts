/** Terraform's language as far as it is read here: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md */

/** An expression; `offset` is where it begins in its file. */
export type Expression = { offset: number; end: number } & (
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'template'; parts: TemplatePart[]; lines: boolean }
  | { kind: 'variable'; name: string }
  | { kind: 'attribute'; of: Expression; name: string }
  | { kind: 'index'; of: Expression; key: Expression }
  | { kind: 'splat'; of: Expression }
  | { kind: 'call'; name: string; arguments: Expression[]; spread: boolean }
  | { kind: 'object'; items: { key: Expression; value: Expression }[] }
  | { kind: 'tuple'; items: Expression[] }
  | ForExpression
  | { kind: 'conditional'; condition: Expression; yes: Expression; no: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'unary'; operator: string; operand: Expression }
);

export interface ForExpression {
  kind: 'for';
  names: string[];
  collection: Expression;
  /** The key of `{ for … : key => value }`. */
  key?: Expression;
  value: Expression;
  condition?: Expression;
  /** `value...`: values of the same key become a list. */
  group: boolean;
}

/** A piece of a template: text, or what is filled in. Directives keep the text that they are written as. */
export type TemplatePart =
  | { kind: 'text'; text: string; offset: number /** Columns that `<<-` took away. */; indent?: number }
  | { kind: 'interpolation'; expression: Expression; written: string; offset: number }
  | { kind: 'if'; condition: Expression; yes: TemplatePart[]; no: TemplatePart[]; written: string[] }
  | { kind: 'for'; names: string[]; collection: Expression; body: TemplatePart[]; written: string[] };

export interface Attribute {
  name: string;
  value: Expression;
  offset: number;
}

export interface Block {
  type: string;
  labels: string[];
  body: Body;
  offset: number;
}

export interface Body {
  attributes: Map<string, Attribute>;
  blocks: Block[];
}
