package gate

import (
	"net/http"

	"bihuan/server/failure"
)

// statuses gives each class of failures its status, in this one place.
var statuses = map[failure.Class]int{
	failure.ClassInternal: http.StatusInternalServerError, failure.ClassInvalid: http.StatusBadRequest,
	failure.ClassUnauthorized: http.StatusUnauthorized, failure.ClassForbidden: http.StatusForbidden,
	failure.ClassNotFound: http.StatusNotFound, failure.ClassNotAllowed: http.StatusMethodNotAllowed,
	failure.ClassConflict: http.StatusConflict, failure.ClassTooLarge: http.StatusRequestEntityTooLarge,
	failure.ClassUnsupported: http.StatusUnsupportedMediaType, failure.ClassTooMany: http.StatusTooManyRequests,
	failure.ClassUnavailable: http.StatusServiceUnavailable,
}

// Status gives a failure's status.
func Status(f *failure.Failure) int { return statuses[f.Class] }
