// The network address of whoever asks, as the edge saw it: CloudFront's own header, which it sets anew whatever the viewer sent.

export const viewerAddressHeader = 'cloudfront-viewer-address'

/** Without the port; `unknown` where no edge stands before the function. */
export function viewerAddress(request: Request): string {
  const text = request.headers.get(viewerAddressHeader)
  return text?.replace(/:\d+$/, '') || 'unknown'
}
