// The network address of whoever asks, as the edge saw it: it sets this header anew whatever the viewer sent (infra/edge/viewer.js).
// CloudFront's own headers reach no origin that is told everything but the host.

export const viewerAddressHeader = 'true-client-ip'

/** `unknown` where no edge stands before the function. */
export function viewerAddress(request: Request): string {
  return request.headers.get(viewerAddressHeader) || 'unknown'
}
