"""The person of every sale: made up, and told by CCBill whether a site wants to know or not."""

PERSON = {
    "firstName": "Sandra",
    "lastName": "Boxwood",
    "address1": "1 Made-Up Street",
    "city": "Tempe",
    "state": "AZ",
    "country": "US",
    "postalCode": "85281",
    "email": "sandra.boxwood@example.com",
    "phoneNumber": "(555) 555-0100",
    "ipAddress": "192.0.2.77",
    "username": "sandra.boxwood",
    "password": "made-up-password",
}
