"""From the computed form to the form that a book prints."""
