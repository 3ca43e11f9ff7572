// The pages about accounts, as one piece of code: in many small ones all that they share with the first load would be in pieces, too.
import { AdminPage as Admin } from '../admin/admin-page.tsx'
import { AccountPage as Account } from './account-page.tsx'
import { JoinPage as Join } from './join-page.tsx'
import { SignInPage as SignIn } from './sign-in-page.tsx'

export const AdminPage = Admin
export const AccountPage = Account
export const JoinPage = Join
export const SignInPage = SignIn
