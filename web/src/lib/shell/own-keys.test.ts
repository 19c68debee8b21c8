import { expect, test } from 'vitest'
import { ownsKey, type Control } from './own-keys.ts'

const letters = ['p', '?', '/', '[']
const ownKeys = (control: Control, keys: readonly string[]) => keys.filter((key) => ownsKey(control, key))

test.each([
  { tag: 'input' },
  { tag: 'input', type: 'search' },
  { tag: 'input', type: 'datetime-local' },
  { tag: 'textarea' },
  { tag: 'select' },
  { tag: 'div', isEditable: true },
])('leaves every key to a control that takes text or a choice by letters: $tag $type', (control) => {
  expect(ownKeys(control, [...letters, 'Enter', ' '])).toEqual([...letters, 'Enter', ' '])
})

test.each([
  { tag: 'a' },
  { tag: 'button' },
  { tag: 'summary' },
  { tag: 'input', type: 'checkbox' },
  { tag: 'input', type: 'submit' },
  { tag: 'input', type: 'text', isReadOnly: true },
])('takes letters while the focus is on a $tag $type, but not what activates it', (control) => {
  expect(ownKeys(control, [...letters, 'ArrowLeft', 'Enter', ' '])).toEqual(['Enter', ' '])
})

test.each([
  { tag: 'input', type: 'radio' },
  { tag: 'input', type: 'range' },
  { tag: 'div', role: 'slider' },
])('leaves arrows to a control that moves by them: $tag $type $role', (control) => {
  expect(ownKeys(control, [...letters, 'ArrowLeft', 'ArrowUp'])).toEqual(['ArrowLeft', 'ArrowUp'])
})

test('takes every key elsewhere', () => {
  expect(ownKeys({ tag: 'body' }, [...letters, 'Enter', ' ', 'ArrowLeft'])).toEqual([])
})
