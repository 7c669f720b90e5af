{#-
    Fails for every value of the column that more than one row has, and for rows without one. One test for both, as every test costs a load some
    time of its own. Row groups in which no value is missing are not read for the second, so that all rows are looked at.
-#}
{% test primary_key(model, column_name) %}
select
    {{ column_name }} as value,
    count(*) as row_count
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having count(*) > 1

union all

select
    {{ column_name }} as value,
    count(*) as row_count
from {{ tested_node().relation_name if execute else model }}
where {{ column_name }} is null
group by {{ column_name }}
{% endtest %}
