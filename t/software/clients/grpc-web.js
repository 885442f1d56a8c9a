import * as protobuf from '@bufbuild/protobuf';
import * as wkt from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { orders } from './orders';

const service = orders(protobuf, wkt);
const reason = (error) => `${Code[error.code].replace(/\B[A-Z]/g, '_$&').toLowerCase()}: ${error.rawMessage}`;

export default async function client(baseUrl) {
  const grpcWeb = createClient(service, createGrpcWebTransport({ baseUrl }));
  const connect = createClient(service, createConnectTransport({ baseUrl }));
  let trailer;
  return {
    grpcWeb: (await grpcWeb.get({ value: '1' })).value,
    inBody: await grpcWeb.get({ value: 'none' }).catch(reason),
    inHead: await grpcWeb.get({ value: '1' }, { headers: { Authorization: 'Bearer stranger' } }).catch(reason),
    connect: (await connect.get({ value: '1' }, { onTrailer: (trailers) => { trailer = trailers.get('cost'); } })).value,
    trailer,
    refused: await connect.get({ value: 'none' }).catch(reason),
  };
}
