// Package util lies in a folder that nobody agreed on.
package util

import _ "fmt"
