"""The assets, one module a layer: raw, extraction (staging), dbt (intermediate to exports), published."""
