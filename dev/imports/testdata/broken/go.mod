module bihuan

go 1.26
