/** A control, by what decides which keys are its own. */
export interface Control {
  /** In lower case. */
  tag: string
  /** Of an `input`. */
  type?: string | undefined
  role?: string | null | undefined
  isEditable?: boolean
  isReadOnly?: boolean
}

const activation = ['Enter', ' ']
const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']
const ofInputs: Readonly<Record<string, readonly string[]>> = {
  checkbox: activation,
  radio: [...activation, ...arrows],
  range: arrows,
  button: activation,
  submit: activation,
}
const ofTags: Readonly<Record<string, readonly string[]>> = {
  a: activation,
  button: activation,
  summary: activation,
}

/** Whether a key has a meaning of its own in a control. In one that takes text, every key has. */
export function ownsKey(
  { tag, type = 'text', role, isEditable = false, isReadOnly = false }: Control,
  key: string,
): boolean {
  if (isEditable || tag === 'textarea' || tag === 'select') return true
  if (isReadOnly) return activation.includes(key)
  if (tag === 'input') return ofInputs[type]?.includes(key) ?? true
  if (role === 'slider') return [...activation, ...arrows].includes(key)
  return ofTags[tag]?.includes(key) ?? false
}
