{{ person_keys(ref('int_persons_prepared')) }}
