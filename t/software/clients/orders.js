// shop.Orders.Get, as protoc would describe it: the server's and the client's copy of the service.
'use strict';

exports.orders = ({ create, createFileRegistry }, { FileDescriptorProtoSchema, FileDescriptorSetSchema }) => {
  const message = { name: 'Text', field: [{ name: 'value', number: 1, type: 9, label: 1, jsonName: 'value' }] };
  const file = create(FileDescriptorProtoSchema, {
    name: 'shop.proto', package: 'shop', syntax: 'proto3', messageType: [message],
    service: [{ name: 'Orders', method: [{ name: 'Get', inputType: '.shop.Text', outputType: '.shop.Text' }] }],
  });
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getService('shop.Orders');
};
