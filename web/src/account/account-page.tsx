// One's own account.
export function AccountPage() {
  return <main id="content" class="page account" />
}
