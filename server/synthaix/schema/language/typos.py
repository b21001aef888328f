"""Column words that are often misspelled."""

from __future__ import annotations

# right: the wrong spellings
_TABLE = """
address: adress addres adres
email: emial emal eamil
number: numbr nubmer nuber
customer: custumer costumer custmer
quantity: quantitiy quanity quantiy qauntity
amount: ammount amout
timestamp: timestmap timstamp
description: descripton desciption discription
category: catagory categroy catgory
received: recieved
receive: recieve
receipt: reciept
phone: phon phne
name: nmae naem
price: pirce prise
currency: currancy curency
department: departement deparment departmnt
salary: salery sallary
status: statuss satus
birthday: brithday
birthdate: birtdate
administrator: adminstrator
temperature: tempreture temperture temprature temperatur
latitude: lattitude
longitude: longtitude
length: lenght
height: heigth hight
weight: wieght weigth
country: countrys counrty coutry contry
occurred: occured
referred: refered
manager: manger maneger
supplier: suplier supllier
product: prodcut produt
order: oder odrer
invoice: invoce invioce
payment: paymnt
delivery: delivry
shipping: shiping
discount: discout
rating: raiting
last_name: lastname
first_name: firstname
surname: surnname
username: usernmae
password: pasword
balance: balence ballance
transaction: transacton tranaction
"""

TYPOS = {
    wrong: right
    for right, _, spellings in (line.partition(": ") for line in _TABLE.strip().splitlines())
    for wrong in spellings.split()
}
"""Wrong spelling -> right one, in lower case."""
