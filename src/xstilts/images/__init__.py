"""Pictures that others made, decoded safely to arrays of one form: from folders, archives or arrays of features."""
