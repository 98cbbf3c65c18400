-- +goose Up

-- A case that staff practise on: marked wherever it shows, and outside every figure. M5
ALTER TABLE cases ADD COLUMN drill boolean NOT NULL DEFAULT false;
