// Package server breaks no rule.
package server

import _ "bihuan/postgres"
