// Package postgres breaks no rule.
package postgres

import _ "time"
