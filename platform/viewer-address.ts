// The network address of whoever asks, as the edge saw it: it sets this header anew whatever the viewer sent (infra/edge/viewer.js).
// CloudFront's own headers reach no origin that is told everything but the host.
import { networkOf } from '#domain/network.ts'

export const viewerAddressHeader = 'true-client-ip'

/** `unknown` where no edge stands before the function. */
export function viewerAddress(request: Request): string {
  return request.headers.get(viewerAddressHeader) || 'unknown'
}

/** Whom limits count: an address of version 4, and of version 6 the network, of which anybody has as many addresses as they like. */
export function limitedAddress(request: Request): string {
  const address = viewerAddress(request)
  return address.includes(':') ? (networkOf(address) ?? address) : address
}
