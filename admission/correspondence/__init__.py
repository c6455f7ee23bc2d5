"""What is written to organisations through the city: invitations, and messages of others that the office passes on."""
