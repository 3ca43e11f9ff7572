// Hands the portal to components; pages whose code comes later find it here without the code that puts it together.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Portal } from './portal.ts'

const PortalContext = createContext<Portal | null>(null)
export const PortalProvider = PortalContext.Provider

export function usePortal(): Portal {
  const portal = useContext(PortalContext)
  if (!portal) throw new Error('a component outside of the portal')
  return portal
}
