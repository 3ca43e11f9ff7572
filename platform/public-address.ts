// Which addresses a link may lead to: those of the public internet alone, by IANA's registries of special-purpose addresses
// (RFC 6890). What is not known to be public is refused.
import { isIP, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Global unicast (RFC 4291 §2.4): no other address of version 6 is anybody's on the internet. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')
/** 168.63.129.16: Azure answers its machines there, out of a public range. */
const cloudServices = new Set(['168.63.129.16'])

/** @param text as a resolver writes it; what is no address is not public */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0 || cloudServices.has(text)) return false
  const address = ipaddr.parse(text)
  if (isIPv6(text) && !address.match(globalUnicast)) return false
  return address.range() === 'unicast'
}
