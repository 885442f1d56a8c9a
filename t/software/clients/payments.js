import { x402Client, decodePaymentResponseHeader, wrapFetchWithPayment } from '@x402/fetch';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { privateKeyToAccount } from 'viem/accounts';

export default async function client(base) {
  // An account that exists nowhere: what is signed is checked, but nobody is paid.
  const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
  const pay = wrapFetchWithPayment(fetch, new x402Client().register('eip155:84532', new ExactEvmScheme(account)));
  const paid = await pay(`${base}/paid/report`);
  const receipt = paid.headers.get('PAYMENT-RESPONSE');
  const { payer } = receipt ? decodePaymentResponseHeader(receipt) : {};

  // The Payment scheme, by hand.
  const asked = await fetch(`${base}/paid/scheme`);
  const [, id] = asked.headers.get('WWW-Authenticate').match(/^Payment id="(\w+)"/);
  const shown = await fetch(`${base}/paid/scheme`, { headers: { Authorization: `Payment ${btoa(JSON.stringify({ id }))}` } });
  return {
    status: paid.status, report: (await paid.json()).report, mine: payer === account.address,
    scheme: [asked.status, shown.status], receipt: shown.headers.get('Payment-Receipt'),
  };
}
