package api

import (
	"context"
	"encoding/hex"

	"bihuan/server/contract"
	"bihuan/server/failure"
)

// GetExportKey publishes the key with which anybody verifies an export without access to the system. N2
func (s *Server) GetExportKey(context.Context, contract.GetExportKeyRequestObject) (contract.GetExportKeyResponseObject, error) {
	if len(s.ExportKey) == 0 {
		return nil, failure.NotFound("no_export_key")
	}
	return contract.GetExportKey200JSONResponse{Algorithm: contract.Ed25519, Key: hex.EncodeToString(s.ExportKey)}, nil
}
