// What admins see and do.
export function AdminPage() {
  return <main id="content" class="page account" />
}
