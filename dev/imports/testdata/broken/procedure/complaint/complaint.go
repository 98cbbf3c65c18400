// Package complaint reaches for the database, which it must not.
package complaint

import _ "bihuan/postgres"
