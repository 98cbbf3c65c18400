// Package sim knows more than the contract.
package sim

import _ "bihuan/server"
