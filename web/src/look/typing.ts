// Whether what has the focus is written in: no shortcut takes its keys, and what is pasted is its own.

/** Inputs without text. */
const wordless = ['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'submit']

export function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !wordless.includes(target.type)
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('textarea, select'))
  )
}

/** A dialog keeps every key, too. */
export const keepsKeys = (target: EventTarget | null): boolean =>
  takesText(target) || (target instanceof Element && target.closest('dialog') !== null)
