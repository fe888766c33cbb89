# {% macro finish() %}
# {% if data.uses_groups %}
# {% if data.reads_group %}
groups = table[{{ data.group | py }}].to_pylist() if {{ data.group | py }} in table.schema.names else [""] * table.num_rows
# {% else %}
groups = table[{{ data.group | py }}].to_pylist()
# {% endif %}
# {% if data.keeps_some %}
columns["groups"] = [groups[row] for row in kept]
# {% else %}
columns["groups"] = groups
# {% endif %}
# {% endif %}
# {% if data.drop_duplicates %}
columns["fingerprints"] = [fingerprint(row) for row in zip({{ task.same_columns }}, strict=True)]
# {% endif %}
return pa.record_batch([columns[name] for name in ROWS.names], schema=ROWS)
# {% endmacro %}
# {% macro chosen() %}
# {% if data.drop_duplicates and data.cuts_by_column %}
first = first_of_each(table.chunks("fingerprints"))
return examples.pick(first), picked(table.column({{ data.cut_column | py }}), first)
# {% elif data.drop_duplicates %}
return examples.pick(first_of_each(table.chunks("fingerprints")))
# {% elif data.cuts_by_column %}
return examples, table.column({{ data.cut_column | py }})
# {% else %}
return examples
# {% endif %}
# {% endmacro %}
