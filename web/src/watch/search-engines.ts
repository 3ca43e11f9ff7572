// Search engines that draw pages are told which ones nobody should find.

/** As long as it is not undone. */
export function keepFromSearch(): () => void {
  const tag = Object.assign(document.createElement('meta'), { name: 'robots', content: 'noindex' })
  document.head.append(tag)
  return () => tag.remove()
}
